"""What if? Named changes of a case, run through the same pipeline and shown beside the base."""
