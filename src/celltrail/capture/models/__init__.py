"""Models as they were when their cell ended: file, signature, example and predictions; standard library only.

Nothing of it happens inside `fit`. What is kept by itself is copied within a budget before the next cell may change it,
and described in a thread.
"""
