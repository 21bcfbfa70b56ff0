"""What results are worth: checked, completed, judged."""
