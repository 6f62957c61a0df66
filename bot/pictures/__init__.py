"""Pictures that are drawn: boards, and a year as a heat map."""
