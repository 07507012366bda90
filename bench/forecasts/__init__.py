"""The published accuracy of Gaitway's forecast of a plain series, beside simple peers: python -m bench.forecasts."""
