"""bcelib side by side with its peers. The course itself needs nothing from here."""
