"""Everything that Gaitway says in sentences, made in one place from the numbers."""
