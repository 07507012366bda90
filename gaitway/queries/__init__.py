"""What pages and actions ask: reads only. What is shown to a person takes the `viewer`."""
