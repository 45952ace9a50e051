"""What a batch leaves for people: pages, sheets, and the zips that go back."""
