"""What the study model is made from: words, invented tasks, tokenizer, network, training and judging."""
