"""The optional second opinion of a language model; only `tocsin run` ever asks for one."""
