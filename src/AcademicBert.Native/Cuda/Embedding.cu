// Sum of word, position and segment embeddings, and the gradient straight into the tables, in a fixed order.
#include "Support/Memory.h"

struct Embedding {
    const int32 *ids_R, *types_R;
    const float *words_VH, *positions_SH, *segments_TH;
    float* sum_RH;
    int64 length, columns;
};

// A block has a row. types may be null: all rows are of segment 0.
AB_DEVICE void embedding_forward(const Embedding& p) {
    int64 row = block_x();
    const float *words = p.words_VH + p.ids_R[row] * p.columns, *positions = p.positions_SH + row % p.length * p.columns;
    const float* segments = p.segments_TH + (p.types_R == nullptr ? 0 : p.types_R[row]) * p.columns;
    for (int64 column = 8 * thread_index(); column < p.columns; column += 8 * thread_count()) {
        Part part = {(int)smaller(p.columns - column, 8), p.columns % 8 == 0};
        Floats8 sum = load(words + column, part), position = load(positions + column, part), segment = load(segments + column, part);
        AB_UNROLL
        for (int i = 0; i < 8; i++)
            sum.at[i] = sum.at[i] + position.at[i] + segment.at[i];
        store(p.sum_RH + row * p.columns + column, sum, part);
    }
}

constexpr int64 kPiece = 32;

struct WordGradient {
    const int32 *ids_R, *order_R;
    const float* dsum_RH;
    float *dwords_VH, *partial;
    int64 rows, columns;
};

AB_DEVICE void add_row(float* into, const Floats8& values, Part part) {
    Floats8 sums = load(into, part);
    AB_UNROLL
    for (int i = 0; i < 8; i++)
        sums.at[i] += values.at[i];
    store(into, sums, part);
}

// order has the rows sorted by word. A block adds up a piece of 32 of them. Words whose rows are all in it get their gradient here; of
// those it shares with its neighbours it keeps the sums, partial[piece, 0] for the word of its first row and partial[piece, 1] for that
// of its last, for word_edges.
AB_DEVICE void word_pieces(const WordGradient& p) {
    int64 first = block_x() * kPiece, end = smaller(first + kPiece, p.rows);
    int32 before = first == 0 ? -1 : p.ids_R[p.order_R[first - 1]], after = end == p.rows ? -1 : p.ids_R[p.order_R[end]];
    for (int64 column = 8 * thread_index(); column < p.columns; column += 8 * thread_count()) {
        Part part = {(int)smaller(p.columns - column, 8), p.columns % 8 == 0};
        int32 word = p.ids_R[p.order_R[first]];
        Floats8 sum = all(0);
        for (int64 i = first; i < end; i++) {
            int32 row = p.order_R[i];
            Floats8 gradient = load(p.dsum_RH + row * p.columns + column, part);
            AB_UNROLL
            for (int k = 0; k < 8; k++)
                sum.at[k] += gradient.at[k];
            int32 next = i + 1 < end ? p.ids_R[p.order_R[i + 1]] : after;
            if (next == word && i + 1 < end)
                continue;
            if (word == before)
                store(p.partial + 2 * block_x() * p.columns + column, sum, part);
            else if (next == word)
                store(p.partial + (2 * block_x() + 1) * p.columns + column, sum, part);
            else
                add_row(p.dwords_VH + word * p.columns + column, sum, part);
            if (next != word)
                before = -1;
            word = next;
            sum = all(0);
        }
        before = first == 0 ? -1 : p.ids_R[p.order_R[first - 1]];
    }
}

// The gradient of a word that begins in a block's piece and goes on in the following ones.
AB_DEVICE void word_edges(const WordGradient& p) {
    int64 end = (block_x() + 1) * kPiece;
    if (end >= p.rows)
        return;
    int32 word = p.ids_R[p.order_R[end - 1]];
    bool begins_here = end == kPiece || p.ids_R[p.order_R[end - kPiece - 1]] != word;
    if (!begins_here || p.ids_R[p.order_R[end]] != word)
        return;
    for (int64 column = 8 * thread_index(); column < p.columns; column += 8 * thread_count()) {
        Part part = {(int)smaller(p.columns - column, 8), p.columns % 8 == 0};
        Floats8 sum = load(p.partial + (2 * block_x() + 1) * p.columns + column, part);
        for (int64 piece = block_x() + 1; piece * kPiece < p.rows && p.ids_R[p.order_R[piece * kPiece]] == word; piece++) {
            Floats8 more = load(p.partial + 2 * piece * p.columns + column, part);
            AB_UNROLL
            for (int i = 0; i < 8; i++)
                sum.at[i] += more.at[i];
        }
        add_row(p.dwords_VH + word * p.columns + column, sum, part);
    }
}

struct PositionGradient {
    const int32* types_R;
    const float* dsum_RH;
    float *dpositions_SH, *partial;
    int64 rows, length, columns, segments;
};

// A block has a position: the samples' gradients there are added to it, and kept for each segment in partial, (T, S, H), whose column
// sums are the segments' gradients.
AB_DEVICE void embedding_positions(const PositionGradient& p) {
    int64 position = block_x();
    for (int64 column = 8 * thread_index(); column < p.columns; column += 8 * thread_count()) {
        Part part = {(int)smaller(p.columns - column, 8), p.columns % 8 == 0};
        Floats8 total = all(0);
        for (int64 segment = 0; segment < p.segments; segment++) {
            Floats8 sum = all(0);
            for (int64 row = position; row < p.rows; row += p.length) {
                if ((p.types_R == nullptr ? 0 : p.types_R[row]) != segment)
                    continue;
                Floats8 gradient = load(p.dsum_RH + row * p.columns + column, part);
                AB_UNROLL
                for (int i = 0; i < 8; i++)
                    sum.at[i] += gradient.at[i];
            }
            store(p.partial + (segment * p.length + position) * p.columns + column, sum, part);
            AB_UNROLL
            for (int i = 0; i < 8; i++)
                total.at[i] += sum.at[i];
        }
        add_row(p.dpositions_SH + position * p.columns + column, total, part);
    }
}

AB_PLAIN_KERNEL(embedding_forward, Embedding)
AB_PLAIN_KERNEL(word_pieces, WordGradient)
AB_PLAIN_KERNEL(word_edges, WordGradient)
AB_PLAIN_KERNEL(embedding_positions, PositionGradient)
