"""What `models.fit` runs on: an objective, the rows that it sums, three ways downhill.

    {rows, objective} → descent

`rows` has the examples in pieces, one in memory or the chunks of a Dask array.
`objective` asks each piece for a few numbers, and knows proofs that there is a minimum
or none. `descent` yields one state after another. The loss comes from the caller: this
room knows nothing of the course's modules.
"""
