// What winterfell 0.13.1 costs for the plain shape of bench_prove: four columns of 16 bits, three
// running sums and one of squares. Goldilocks with its quadratic extension, blowup 4, 118 queries,
// 20 bits of grinding, folds of 8, BLAKE3. The proof is verified. Prints one line of JSON: CPU
// seconds of proving alone, of all threads; bytes; rows. Argument: log2 of the rows, 20 if left out.

use winterfell::{
    crypto::{hashers::Blake3_256, DefaultRandomCoin, MerkleTree},
    math::{fields::f64::BaseElement, FieldElement, ToElements},
    matrix::ColMatrix,
    verify, AcceptableOptions, Air, AirContext, Assertion, AuxRandElements, BatchingMethod,
    CompositionPoly, CompositionPolyTrace, ConstraintCompositionCoefficients,
    DefaultConstraintCommitment, DefaultConstraintEvaluator, DefaultTraceLde, EvaluationFrame,
    FieldExtension, PartitionOptions, ProofOptions, Prover, StarkDomain, Trace, TraceInfo,
    TracePolyTable, TraceTable, TransitionConstraintDegree,
};

type Felt = BaseElement;
type Hash = Blake3_256<Felt>;
type Coin = DefaultRandomCoin<Hash>;
type Tree = MerkleTree<Hash>;

#[derive(Clone)]
struct Ends([Felt; 8]);

impl ToElements<Felt> for Ends {
    fn to_elements(&self) -> Vec<Felt> {
        self.0.to_vec()
    }
}

struct Plain {
    context: AirContext<Felt>,
    ends: Ends,
}

impl Air for Plain {
    type BaseField = Felt;
    type PublicInputs = Ends;

    fn new(info: TraceInfo, ends: Ends, options: ProofOptions) -> Self {
        let degrees = [1, 1, 1, 2].map(TransitionConstraintDegree::new).to_vec();
        Plain {
            context: AirContext::new(info, degrees, 8, options),
            ends,
        }
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        _periodic: &[E],
        result: &mut [E],
    ) {
        let (now, next) = (frame.current(), frame.next());
        for i in 0..3 {
            result[i] = next[4 + i] - now[4 + i] - next[i];
        }
        result[3] = next[7] - now[7] - next[3] * next[3];
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        let last = self.trace_length() - 1;
        let first = |i: usize| Assertion::single(4 + i, 0, self.ends.0[i]);
        let end = |i: usize| Assertion::single(4 + i, last, self.ends.0[4 + i]);
        (0..4).map(first).chain((0..4).map(end)).collect()
    }
}

struct Maker(ProofOptions);

impl Prover for Maker {
    type BaseField = Felt;
    type Air = Plain;
    type Trace = TraceTable<Felt>;
    type HashFn = Hash;
    type VC = Tree;
    type RandomCoin = Coin;
    type TraceLde<E: FieldElement<BaseField = Felt>> = DefaultTraceLde<E, Hash, Tree>;
    type ConstraintCommitment<E: FieldElement<BaseField = Felt>> =
        DefaultConstraintCommitment<E, Hash, Tree>;
    type ConstraintEvaluator<'a, E: FieldElement<BaseField = Felt>> =
        DefaultConstraintEvaluator<'a, Plain, E>;

    fn get_pub_inputs(&self, trace: &Self::Trace) -> Ends {
        ends(trace)
    }

    fn options(&self) -> &ProofOptions {
        &self.0
    }

    fn new_trace_lde<E: FieldElement<BaseField = Felt>>(
        &self,
        info: &TraceInfo,
        main: &ColMatrix<Felt>,
        domain: &StarkDomain<Felt>,
        partition: PartitionOptions,
    ) -> (Self::TraceLde<E>, TracePolyTable<E>) {
        DefaultTraceLde::new(info, main, domain, partition)
    }

    fn new_evaluator<'a, E: FieldElement<BaseField = Felt>>(
        &self,
        air: &'a Plain,
        aux: Option<AuxRandElements<E>>,
        coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Self::ConstraintEvaluator<'a, E> {
        DefaultConstraintEvaluator::new(air, aux, coefficients)
    }

    fn build_constraint_commitment<E: FieldElement<BaseField = Felt>>(
        &self,
        trace: CompositionPolyTrace<E>,
        columns: usize,
        domain: &StarkDomain<Felt>,
        partition: PartitionOptions,
    ) -> (Self::ConstraintCommitment<E>, CompositionPoly<E>) {
        DefaultConstraintCommitment::new(trace, columns, domain, partition)
    }
}

fn ends(trace: &TraceTable<Felt>) -> Ends {
    let last = trace.length() - 1;
    let told: Vec<Felt> = (4..8)
        .map(|i| trace.get(i, 0))
        .chain((4..8).map(|i| trace.get(i, last)))
        .collect();
    Ends(told.try_into().unwrap())
}

fn rows(count: usize) -> TraceTable<Felt> {
    let mut state = 1u64;
    let mut columns = vec![Vec::with_capacity(count); 8];
    let mut sums = [0u64; 4];
    for _ in 0..count {
        for i in 0..4 {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let value = state >> 48;
            sums[i] += if i == 3 { value * value } else { value };
            columns[i].push(Felt::new(value));
            columns[4 + i].push(Felt::new(sums[i]));
        }
    }
    TraceTable::init(columns)
}

/// CPU seconds of this process so far, of all threads, in hundredths.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = text
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn main() {
    let k: u32 = std::env::args()
        .nth(1)
        .map_or(20, |text| text.parse().unwrap());
    let options = ProofOptions::new(
        118,
        4,
        20,
        FieldExtension::Quadratic,
        8,
        127,
        BatchingMethod::Linear,
        BatchingMethod::Linear,
    );
    let trace = rows(1 << k);
    let told = ends(&trace);
    let began = cpu();
    let proof = Maker(options.clone()).prove(trace).unwrap();
    let spent = cpu() - began;
    let bytes = proof.to_bytes().len();
    verify::<Plain, Hash, Coin, Tree>(proof, told, &AcceptableOptions::OptionSet(vec![options]))
        .unwrap();
    println!(
        "{{\"cpu\": {spent:.2}, \"bytes\": {bytes}, \"rows\": {}}}",
        1u64 << k
    );
}
