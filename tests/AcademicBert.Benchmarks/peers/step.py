#!/usr/bin/env python3
"""A pretraining step of Hugging Face's BERT on one GPU, as its users write it: bf16 autocast, SDPA, fused AdamW; eager or compiled; the
head on all tokens, as the library ships it, or on the masked ones only. Prints one JSON object a line."""
import argparse
import json
import statistics
import sys
import time

import torch
from torch.nn import functional as F

try:
    import transformers
except ImportError:
    sys.exit("transformers is not installed")


def gathered_loss(model, ids, positions, targets):
    hidden = model.bert(input_ids=ids).last_hidden_state
    masked = hidden.reshape(-1, hidden.shape[-1])[positions]
    return F.cross_entropy(model.cls(masked).float(), targets)


def dense_loss(model, ids, labels):
    return model(input_ids=ids, labels=labels).loss


def measure(arguments, head, compiled):
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=arguments.vocab, hidden_size=arguments.hidden, num_hidden_layers=arguments.layers, num_attention_heads=arguments.heads,
        intermediate_size=arguments.ffn, max_position_embeddings=arguments.seq, attn_implementation="sdpa")
    model = transformers.BertForMaskedLM(config).cuda().train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.98), eps=1e-6, weight_decay=0.01, fused=True)
    loss_of = gathered_loss if head == "gathered" else dense_loss
    if compiled:
        loss_of = torch.compile(loss_of)

    each = round(arguments.seq * 0.15)
    columns = torch.stack([torch.randperm(arguments.seq - 2)[:each].sort().values + 1 for _ in range(arguments.batch)])
    positions = (torch.arange(arguments.batch)[:, None] * arguments.seq + columns).reshape(-1).cuda()
    ids = torch.randint(5, arguments.vocab, (arguments.batch, arguments.seq)).cuda()
    targets = torch.randint(5, arguments.vocab, (positions.numel(),)).cuda()
    labels = torch.full((arguments.batch * arguments.seq,), -100).cuda()
    labels[positions] = targets
    labels = labels.view(arguments.batch, arguments.seq)

    def step():
        with torch.autocast("cuda", torch.bfloat16):
            loss = loss_of(model, ids, positions, targets) if head == "gathered" else loss_of(model, ids, labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss

    torch.cuda.reset_peak_memory_stats()
    for _ in range(5):
        step().item()
    seconds = []
    for _ in range(arguments.rounds):
        torch.cuda.synchronize()
        start = time.perf_counter()
        step().item()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    return {"peer": f"transformers {transformers.__version__}, torch {torch.__version__}", "head": head, "compiled": compiled, "seconds": median,
            "samplesPerSecond": arguments.batch / median, "memoryGigabytes": torch.cuda.max_memory_allocated() / 1e9}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("layers", 24), ("hidden", 1024), ("heads", 16), ("ffn", 4096), ("vocab", 30522), ("batch", 256), ("seq", 128), ("rounds", 20)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--head", choices=("dense", "gathered"))
    parser.add_argument("--compiled", choices=("yes", "no"))
    arguments = parser.parse_args()
    for head in (arguments.head,) if arguments.head else ("dense", "gathered"):
        for compiled in (arguments.compiled == "yes",) if arguments.compiled else (False, True):
            print(json.dumps(measure(arguments, head, compiled)), flush=True)
            torch._dynamo.reset()
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
