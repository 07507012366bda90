"""The rules: values in, verdicts out. No Django, no clock, no input or output."""
