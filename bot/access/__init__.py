"""Who may ask for what, and how whoever asks is greeted."""
