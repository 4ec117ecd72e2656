"""The built-in Korean-English embedding.

model.py     the loader: numpy, tokenizers and safetensors only
weights/     model.safetensors (4 bits), tokenizer.json, manifest.json
train/       how the weights were made, `python -m ingest.bilingual.train`; needs torch and transformers
README.md    sources, licences, recipe, curves, evaluation, what failed
"""
