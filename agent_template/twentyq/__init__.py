"""The LLM 20 Questions agent: everything in this package ships in the submission.

It runs on Python 3.10 and later with numpy 1.26 or 2; torch and transformers
are imported only when the first question has to be answered by the model.
"""
