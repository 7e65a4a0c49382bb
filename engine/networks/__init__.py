"""The gradient laboratory: small networks trained in sight, and what their gradients do on the way back.

from engine.networks import Network, train
trained = train(Network(activation="relu", initialisation="he"))
print(trained.verdict.sentence)
"""
