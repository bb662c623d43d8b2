"""What was heard: collectors, matching, language, sentiment, complaint judgement, spread."""
