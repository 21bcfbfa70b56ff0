"""What a lead is: who, from where, what is known, and how good a fit."""
