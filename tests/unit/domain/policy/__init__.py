"""The privacy policy, by itself."""
