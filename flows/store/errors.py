"""What is raised when a store cannot be used; knows no database."""

from processes.words import Words


class StoreError(Exception):
    """The store cannot be used; `words` say why, in both languages; `away`: whether its server may be back soon."""

    def __init__(self, words: Words, *, away: bool = False) -> None:
        super().__init__(words.en)
        self.words, self.away = words, away
