// The full model's kernels in their order, as model/full_transformer.h writes them down. All sequences of a batch go
// through a kernel together; in the last block only the rows that predict are computed unless more are asked for.
#include <algorithm>

#include "base/error.h"
#include "cuda/full_layout.h"
#include "cuda/full_workspace.h"
#include "cuda/program.h"

namespace ladder::cuda {
namespace {

constexpr int most_splits = 64, split_depth = 128;  // pieces of a weight's gradient, rows that a piece has at least
constexpr int most_embedding_groups = 512;          // of sequences, for the embeddings' gradient

int pieces(std::int64_t size, int piece) { return static_cast<int>((size + piece - 1) / piece); }

FullWorkspace::Sizes sizes_of(const Settings& s) {
    return {.vocabulary = s.vocabulary, .T = input_length(s), .predictions = s.length, .heads = s.heads, .blocks = s.blocks, .hidden = s.hidden, .mlp = s.mlp, .batch = s.batch};
}

// What becomes of a product, as in the kernel.
struct Finish {
    PerRun<const float> bias{};
    Matrix<const float> gate{};
    bool add = false, relu = false;
};

AttentionShape attention_shape(const FullWorkspace::Sizes& s, int rows) { return {s.T, rows, s.T - rows, s.heads, s.hidden / s.heads}; }

// Error: the device has no room for a sequence's attention, however much memory there is.
void check_attention(const Machine& machine, const Settings& s) {
    const FullWorkspace::Sizes sizes = sizes_of(s);
    const AttentionShape shape = attention_shape(sizes, sizes.T);
    if (static_cast<std::size_t>(shape.backward_size()) * sizeof(float) > machine.most_shared())
        throw Error("Sequences of " + std::to_string(sizes.T) + " positions with heads of width " + std::to_string(shape.E) + " are more than a block of the device has memory for.",
                    "Use shorter sequences or more heads, or leave out --device.");
}

class FullProgram final : public Program {
public:
    FullProgram(Machine& machine, const Settings& s, const ParameterTable& table, int runs)
        : machine_(machine), sizes_(sizes_of(s)), dropout_(s.dropout > 0), scale_(static_cast<float>(1.0 / (static_cast<double>(s.batch) * s.length))), places_(table, s.blocks, s.bias),
          work_(machine, sizes_, splits_for(s.batch * sizes_.T), std::min(s.batch, most_embedding_groups), runs) {}

    int loss_count() const override { return pieces(static_cast<std::int64_t>(sizes_.batch) * sizes_.predictions, rows_together); }
    int forward_sequences() const override { return sizes_.batch; }

    void gradient(const StepArrays& a) override {
        const Pass pass{a, a.tokens, 0, a.run_count, a.batch, dropout_};
        run_forward(pass, sizes_.T - sizes_.predictions);
        const int rows = a.batch * sizes_.predictions;
        machine_.run(LogitsGradient{work_.logits, a.tokens, work_.d_logits, a.losses, a.batch, sizes_.vocabulary, sizes_.T, sizes_.predictions}, {loss_count(), a.run_count, 256, LogitsGradient::shared});
        weight_gradient(pass, places_.decoder, packed<const float>(work_.outputs.back(), pass, sizes_.hidden), work_.d_logits, rows);
        multiply(pass, packed<const float>(work_.d_logits, pass, sizes_.vocabulary), weight(pass, places_.decoder), packed<float>(work_.d_output, pass, sizes_.hidden), rows, sizes_.hidden, sizes_.vocabulary);
        for (std::size_t b = places_.blocks.size(); b-- > 0;) {
            const bool swapped = (places_.blocks.size() - 1 - b) % 2 != 0;
            run_backward(pass, b, swapped ? work_.d_input : work_.d_output, swapped ? work_.d_output : work_.d_input);
        }
        embedding_gradient(pass, places_.blocks.size() % 2 ? work_.d_input : work_.d_output);
    }

    void forward(const StepArrays& a, int run, const std::int32_t* tokens, int sequences, float* logits, float* attention, bool all_rows) override {
        const Pass pass{a, {tokens, 0}, run, 1, sequences, false};
        const int first_row = all_rows ? 0 : sizes_.T - sizes_.predictions, last = static_cast<int>(places_.blocks.size()) - 1;
        run_forward(pass, first_row);
        machine_.copy(logits, work_.logits.of(run), static_cast<std::size_t>(sequences) * static_cast<std::size_t>(sizes_.predictions * sizes_.vocabulary) * sizeof(float));
        if (!attention) return;
        for (int b = 0; b <= last; ++b) {
            const int R = b == last ? sizes_.T - first_row : sizes_.T, wanted = all_rows ? sizes_.T : sizes_.predictions;
            machine_.run(CopyMaps{work_.blocks[static_cast<std::size_t>(b)]->attention.of(run), attention, sizes_.T, R, sizes_.heads, sizes_.blocks, b, wanted}, {sequences * sizes_.heads, 1, 256, 0});
        }
    }

private:
    // What a pass through the model is about: which runs, which sequences.
    struct Pass {
        const StepArrays& arrays;
        PerRun<const std::int32_t> tokens;
        int run, runs, sequences;
        bool dropout;

        template <class T>
        PerRun<T> of(const DeviceArray<T>& array) const { return {array.of(run), array.count()}; }
        Runs state() const { return {arrays.runs.constants + run, arrays.runs.states + run}; }
        PerRun<const float> parameters(std::size_t at) const { return {arrays.parameters.of(run) + at, arrays.parameters.step}; }
        PerRun<float> gradient(std::size_t at) const { return {arrays.gradient.of(run) + at, arrays.gradient.step}; }
        DropoutSite site(std::uint32_t which, int columns) const { return {state(), which, columns, dropout}; }
    };

    static int splits_for(int rows) { return std::clamp(rows / split_depth, 1, most_splits); }

    // Rows one after the other.
    template <class T>
    static Matrix<T> packed(const DeviceArray<float>& array, const Pass& pass, int columns) { return {array.of(pass.run), array.count(), columns, 1}; }
    // W as it is, (out, in), and transposed.
    static Matrix<const float> weight(const Pass& pass, const WeightPlace& w) { return {pass.parameters(w.weight).data, pass.arrays.parameters.step, w.in, 1}; }
    static Matrix<const float> transposed(const Pass& pass, const WeightPlace& w) { return {pass.parameters(w.weight).data, pass.arrays.parameters.step, 1, w.in}; }

    // The last R of every sequence's `all` rows, packed: `from` itself where that is all of them, else copied to `to`.
    const DeviceArray<float>& last_rows(const Pass& pass, const DeviceArray<float>& from, int all, int R, const DeviceArray<float>& to) {
        if (R == all) return from;
        machine_.run(CopyLastRows{pass.of(from), pass.of(to), all, R, sizes_.hidden}, {pass.sequences, pass.runs, 256, 0});
        return to;
    }

    void multiply(const Pass& pass, const Matrix<const float>& a, const Matrix<const float>& b, const Matrix<float>& out, int rows, int columns, int depth, const Finish& finish = {}, int splits = 1,
                  std::int64_t split_step = 0) {
        const auto run = [&](auto product) {
            product = {a, b, out, rows, columns, depth, splits, split_step, finish.bias, finish.gate, finish.add, finish.relu};
            machine_.run(product, {product.blocks(), pass.runs, product.threads, product.shared});
        };
        if (rows > 64 && columns > 64) run(Product<8, 8>{});
        else if (rows > 64) run(Product<8, 4>{});
        else if (columns > 64) run(Product<4, 8>{});
        else run(Product<4, 4>{});
    }

    void apply(const Pass& pass, const WeightPlace& w, const Matrix<const float>& in, const DeviceArray<float>& out, int rows, bool relu = false) {
        Finish finish;
        if (w.has_bias) finish.bias = pass.parameters(w.bias);
        finish.relu = relu;
        multiply(pass, in, transposed(pass, w), packed<float>(out, pass, w.out), rows, w.out, w.in, finish);
    }

    // Gradient to W = d_out transposed x in, and to the bias; d_out packed.
    void weight_gradient(const Pass& pass, const WeightPlace& w, const Matrix<const float>& in, const DeviceArray<float>& d_out, int rows) {
        const int splits = splits_for(rows), size = w.out * w.in;
        const Matrix<const float> left{d_out.of(pass.run), d_out.count(), 1, w.out};
        multiply(pass, left, in, packed<float>(work_.partials, pass, w.in), w.out, w.in, rows, {}, splits, size);
        reduce(pass, work_.partials, size, splits, w.out, w.in, {pass.gradient(w.weight).data, pass.arrays.gradient.step, w.in, 1});
        if (!w.has_bias) return;
        column_sums(pass, d_out, nullptr, rows, w.out);
        reduce_row(pass, work_.column_sums, pieces(rows, ColumnSums::piece), w.out, w.bias);
    }

    void column_sums(const Pass& pass, const DeviceArray<float>& x, const DeviceArray<float>* y, int rows, int columns) {
        machine_.run(ColumnSums{pass.of(x), y ? PerRun<const float>(pass.of(*y)) : PerRun<const float>{}, pass.of(work_.column_sums), pass.of(work_.product_sums), rows, columns},
                     {pieces(rows, ColumnSums::piece), pass.runs, 256, 0});
    }

    void reduce(const Pass& pass, const DeviceArray<float>& partials, std::int64_t step, int count, int rows, int columns, const Matrix<float>& out, std::int64_t from = 0) {
        machine_.run(Reduce{{partials.of(pass.run) + from, partials.count()}, step, count, rows, columns, out, scale_},
                     {pieces(static_cast<std::int64_t>(rows) * columns, PartialSums::outputs), pass.runs, PartialSums::threads, PartialSums::shared});
    }
    void reduce_row(const Pass& pass, const DeviceArray<float>& partials, int count, int columns, std::size_t place) {
        reduce(pass, partials, columns, count, 1, columns, {pass.gradient(place).data, pass.arrays.gradient.step, columns, 1});
    }

    void run_forward(const Pass& pass, int first_row) {
        const int T = sizes_.T, D = sizes_.hidden, C = pass.sequences;
        machine_.run(Embed{pass.parameters(places_.encoder), pass.parameters(places_.positions), pass.tokens, pass.of(work_.embedded), pass.site(0, D), sizes_.vocabulary, T}, {C, pass.runs, 256, 0});
        for (std::size_t b = 0; b < places_.blocks.size(); ++b) {
            const int R = b + 1 == places_.blocks.size() ? T - first_row : T, rows = C * R;
            const BlockPlaces& p = places_.blocks[b];
            FullWorkspace::Block& w = *work_.blocks[b];
            const DeviceArray<float>& input = work_.input(b);
            const DeviceArray<float>& some = last_rows(pass, input, T, R, work_.last_input);
            const Matrix<const float> all = packed<const float>(input, pass, D);
            apply(pass, p.query, packed<const float>(some, pass, D), w.query, rows);
            apply(pass, p.key, all, w.key, C * T);
            apply(pass, p.value, all, w.value, C * T);
            const AttentionShape shape = attention_shape(sizes_, R);
            machine_.run(Attend{shape, pass.of(w.query), pass.of(w.key), pass.of(w.value), pass.of(w.attention), pass.of(w.mixed), pass.site(site(b, 0), T)},
                         {C * sizes_.heads, pass.runs, 256, static_cast<std::size_t>(shape.forward_size()) * sizeof(float)});
            apply(pass, p.out, packed<const float>(w.mixed, pass, D), work_.branch, rows);
            norm(pass, p.norm1, some, w.norm1, w.middle, site(b, 1), R);
            apply(pass, p.linear1, packed<const float>(w.middle, pass, D), w.hidden, rows, true);
            apply(pass, p.linear2, packed<const float>(w.hidden, pass, sizes_.mlp), work_.branch, rows);
            norm(pass, p.norm2, w.middle, w.norm2, work_.outputs[b], site(b, 2), R);
        }
        // The last L of the R rows that the last block has computed.
        const DeviceArray<float>& readout = last_rows(pass, work_.outputs.back(), T - first_row, sizes_.predictions, work_.branch);
        apply(pass, places_.decoder, packed<const float>(readout, pass, D), work_.logits, C * sizes_.predictions);
    }

    void norm(const Pass& pass, const NormPlace& p, const DeviceArray<float>& residual, const FullWorkspace::Norm& state, const DeviceArray<float>& out, std::uint32_t which, int R) {
        const int rows = pass.sequences * R;
        const AddNorm kernel{pass.of(work_.branch), pass.of(residual), pass.parameters(p.gain), pass.parameters(p.bias), pass.of(state.normalised), pass.of(state.inverse_deviation), pass.of(out),
                             pass.site(which, sizes_.hidden), rows, R, sizes_.T - R};
        machine_.run(kernel, {pieces(rows, rows_together), pass.runs, 256, kernel.shared()});
    }

    // d: gradient to the norm's output, then to its input; work_.d_branch the same behind the branch's dropout.
    void norm_gradient(const Pass& pass, const NormPlace& p, const FullWorkspace::Norm& state, const DeviceArray<float>& d, std::uint32_t which, int R) {
        const int rows = pass.sequences * R, D = sizes_.hidden;
        column_sums(pass, d, &state.normalised, rows, D);
        reduce_row(pass, work_.product_sums, pieces(rows, ColumnSums::piece), D, p.gain);
        reduce_row(pass, work_.column_sums, pieces(rows, ColumnSums::piece), D, p.bias);
        const NormGradient kernel{pass.of(d), pass.of(work_.d_branch), pass.of(state.normalised), pass.of(state.inverse_deviation), pass.parameters(p.gain), pass.site(which, D), rows, R, sizes_.T - R};
        machine_.run(kernel, {pieces(rows, rows_together), pass.runs, 256, kernel.shared()});
    }

    // From d_output (C R, D) to d_input (C T, D).
    void run_backward(const Pass& pass, std::size_t b, const DeviceArray<float>& d_output, const DeviceArray<float>& d_input) {
        const int T = sizes_.T, D = sizes_.hidden, M = sizes_.mlp, C = pass.sequences, R = b + 1 == places_.blocks.size() ? sizes_.predictions : T, rows = C * R;
        const BlockPlaces& p = places_.blocks[b];
        FullWorkspace::Block& w = *work_.blocks[b];
        const DeviceArray<float>& input = work_.input(b);
        Finish add, gate;
        add.add = true;
        gate.gate = packed<const float>(w.hidden, pass, M);

        norm_gradient(pass, p.norm2, w.norm2, d_output, site(b, 2), R);
        weight_gradient(pass, p.linear2, packed<const float>(w.hidden, pass, M), work_.d_branch, rows);
        multiply(pass, packed<const float>(work_.d_branch, pass, D), weight(pass, p.linear2), packed<float>(work_.d_hidden, pass, M), rows, M, D, gate);
        weight_gradient(pass, p.linear1, packed<const float>(w.middle, pass, D), work_.d_hidden, rows);
        multiply(pass, packed<const float>(work_.d_hidden, pass, M), weight(pass, p.linear1), packed<float>(d_output, pass, D), rows, D, M, add);

        norm_gradient(pass, p.norm1, w.norm1, d_output, site(b, 1), R);
        weight_gradient(pass, p.out, packed<const float>(w.mixed, pass, D), work_.d_branch, rows);
        multiply(pass, packed<const float>(work_.d_branch, pass, D), weight(pass, p.out), packed<float>(work_.d_mixed, pass, D), rows, D, D);
        const AttentionShape shape = attention_shape(sizes_, R);
        machine_.run(AttendGradient{shape, pass.of(w.query), pass.of(w.key), pass.of(w.value), pass.of(w.attention), pass.of(work_.d_mixed), pass.of(work_.d_query), pass.of(work_.d_key),
                                    pass.of(work_.d_value), pass.site(site(b, 0), T)},
                     {C * sizes_.heads, pass.runs, 256, static_cast<std::size_t>(shape.backward_size()) * sizeof(float)});

        const Matrix<const float> all = packed<const float>(input, pass, D);
        weight_gradient(pass, p.query, packed<const float>(R == T ? input : work_.last_input, pass, D), work_.d_query, rows);  // as run_forward left it
        weight_gradient(pass, p.key, all, work_.d_key, C * T);
        weight_gradient(pass, p.value, all, work_.d_value, C * T);
        multiply(pass, packed<const float>(work_.d_query, pass, D), weight(pass, p.query), packed<float>(d_output, pass, D), rows, D, D, add);
        multiply(pass, packed<const float>(work_.d_key, pass, D), weight(pass, p.key), packed<float>(d_input, pass, D), C * T, D, D);
        multiply(pass, packed<const float>(work_.d_value, pass, D), weight(pass, p.value), packed<float>(d_input, pass, D), C * T, D, D, add);
        machine_.run(AddLastRows{pass.of(d_output), pass.of(d_input), T, R, D}, {C, pass.runs, 256, 0});
    }

    void embedding_gradient(const Pass& pass, const DeviceArray<float>& d) {
        const int V = sizes_.vocabulary, T = sizes_.T, D = sizes_.hidden, groups = std::min(pass.sequences, most_embedding_groups);
        const std::int64_t size = static_cast<std::int64_t>(V + T) * D;
        EmbedGradient kernel{pass.of(d), pass.tokens, pass.of(work_.embedding_sums), pass.site(0, D), V, T, pass.sequences, groups, 1};
        const auto shared = [&] { return static_cast<std::size_t>(kernel.shared_size()) * sizeof(float); };
        if (shared() > machine_.most_shared()) kernel.in_shared = 0;
        machine_.run(kernel, {groups, pass.runs, 256, shared()});
        reduce(pass, work_.embedding_sums, size, groups, V, D, {pass.gradient(places_.encoder).data, pass.arrays.gradient.step, 1, V});
        reduce(pass, work_.embedding_sums, size, groups, T, D, {pass.gradient(places_.positions).data, pass.arrays.gradient.step, D, 1}, static_cast<std::int64_t>(V) * D);
    }

    static std::uint32_t site(std::size_t block, std::uint32_t which) { return 1 + 3 * static_cast<std::uint32_t>(block) + which; }

    Machine& machine_;
    FullWorkspace::Sizes sizes_;
    bool dropout_;
    float scale_;  // of the mean over predictions
    FullPlaces places_;
    FullWorkspace work_;
};

}  // namespace

std::unique_ptr<Program> make_full_program(Machine& machine, const Settings& s, const ParameterTable& table, int runs) {
    check_attention(machine, s);
    return std::make_unique<FullProgram>(machine, s, table, runs);
}

}  // namespace ladder::cuda
