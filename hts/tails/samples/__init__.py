"""A sample before anything is estimated: values drawn from a layer, binned, and norm laws."""
