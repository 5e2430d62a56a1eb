"""The rules of what a crowd does together. Pure: values and the time in, values out."""
