"""One fact or one thing that stays explained: where it comes from, what else could bring it, what would free it."""
