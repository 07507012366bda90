"""The published accuracy of Gaitway's judgements, beside simpler rules and other libraries: python -m bench.evidence."""
