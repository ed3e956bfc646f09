"""The search for the fewest questions: `choosing.chosen` gives the least burdensome redesign that holds, with its bound."""
