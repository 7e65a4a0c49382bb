"""The addresses themselves: the WebSocket and its inbox, surfaces and formulas over HTTP."""
