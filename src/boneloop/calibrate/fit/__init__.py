"""Fits of the model to published results: each a stage that anyone can run again, with a posterior that forecasts draw.

python -m boneloop.calibrate.fit bone --seed 1 --shared ../shared/data
"""
