"""What `gaitway work` does: pulls what is due, evaluates gates, tells people."""
