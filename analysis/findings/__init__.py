"""What is found of a procedure as it is: one detector a kind, what findings lean on, and what reviewers decided of them."""
