"""The keys of personal values as those see them who run the installation."""
