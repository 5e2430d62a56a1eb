"""The rules of games. Pure: values and the time in, values out."""
