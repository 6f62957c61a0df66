"""The daily round: schedule, answers, ballots, reveal."""
