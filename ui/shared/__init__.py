"""What all pages share: colours, charts, tables, number boxes, notices."""
