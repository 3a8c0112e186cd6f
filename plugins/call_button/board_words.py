"""Who may look, answer and count."""

VIEW, ANSWER, FIGURES = "call_button.view", "call_button.answer", "call_button.figures"
