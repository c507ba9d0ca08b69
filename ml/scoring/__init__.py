"""How well the reader reads: sets, measures, figures and the model card.  Nothing here takes part in reading."""
