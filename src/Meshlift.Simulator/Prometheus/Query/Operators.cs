using System.Collections.Immutable;
using Meshlift.Core.Selecting;
using Meshlift.Simulator.Prometheus.Series;

namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>What stands between two expressions.</summary>
internal static class Operators
{
    /// <exception cref="QueryException">The sides do not fit each other.</exception>
    public static Answer Combine(Expression.Binary binary, Answer left, Answer right)
    {
        if (binary.Operator is "and" or "or" or "unless") return new Answer.Vector(Sets(binary, left.AsVector($"set operation '{binary.Operator}'"), right.AsVector($"set operation '{binary.Operator}'")));
        var isFilter = IsComparison(binary.Operator) && !binary.IsBool;
        switch (left, right)
        {
            case (Answer.Scalar a, Answer.Scalar b):
                return isFilter ? throw new QueryException("comparisons between scalars must use BOOL modifier") : new Answer.Scalar(Compute(binary.Operator, a.Value, b.Value));
            case (Answer.Vector vector, Answer.Scalar number):
                return new Answer.Vector([.. vector.Samples.Select(sample => Joined(sample.Labels, sample.Value, sample.Value, number.Value)).OfType<Sample>()]);
            case (Answer.Scalar number, Answer.Vector vector):
                return new Answer.Vector([.. vector.Samples.Select(sample => Joined(sample.Labels, sample.Value, number.Value, sample.Value)).OfType<Sample>()]);
            default:
                return new Answer.Vector(Pairs(binary, left.AsVector("binary expression"), right.AsVector("binary expression"), isFilter));
        }

        Sample? Joined(Labels labels, double kept, double a, double b)
        {
            var value = Compute(binary.Operator, a, b);
            return !isFilter ? new Sample(labels.With(TimeSeries.NameLabel, null), value) : value.Equals(1) ? new Sample(labels, kept) : null;
        }
    }

    /// <summary>Some of the labels, or all but some.</summary>
    /// <param name="labels">All.</param>
    /// <param name="names">Which.</param>
    /// <param name="isKept">True to keep those, false to drop them and the name of the metric.</param>
    public static Labels Part(Labels labels, ImmutableArray<string> names, bool isKept) =>
        isKept && names.IsEmpty ? Labels.None : Labels.Of(labels.Pairs.Where(pair => names.Contains(pair.Key, StringComparer.Ordinal) == isKept && (isKept || pair.Key != TimeSeries.NameLabel)));

    private static List<Sample> Pairs(Expression.Binary binary, List<Sample> left, List<Sample> right, bool isFilter)
    {
        var byKey = new Dictionary<Labels, Sample>(LabelsEquality.Instance);
        foreach (var sample in right)
            if (!byKey.TryAdd(Key(binary, sample.Labels), sample))
                throw Duplicate(binary, sample.Labels, "right");
        var seen = new HashSet<Labels>(LabelsEquality.Instance);
        var results = new List<Sample>();
        foreach (var sample in left)
        {
            var key = Key(binary, sample.Labels);
            if (!byKey.TryGetValue(key, out var other)) continue;
            if (!seen.Add(key)) throw Duplicate(binary, sample.Labels, "left");
            var value = Compute(binary.Operator, sample.Value, other.Value);
            if (!isFilter) results.Add(new Sample(key, value));
            else if (value.Equals(1)) results.Add(new Sample(binary.On is null && binary.Ignoring.IsEmpty ? sample.Labels : key, sample.Value));
        }
        return results;
    }

    private static List<Sample> Sets(Expression.Binary binary, List<Sample> left, List<Sample> right)
    {
        HashSet<Labels> Keys(List<Sample> samples) => samples.Select(sample => Key(binary, sample.Labels)).ToHashSet(LabelsEquality.Instance);
        if (binary.Operator == "or")
        {
            var there = Keys(left);
            return [.. left, .. right.Where(sample => !there.Contains(Key(binary, sample.Labels)))];
        }
        var others = Keys(right);
        return [.. left.Where(sample => others.Contains(Key(binary, sample.Labels)) == (binary.Operator == "and"))];
    }

    private static Labels Key(Expression.Binary binary, Labels labels) => binary.On is { } on ? Part(labels, on, isKept: true) : Part(labels, binary.Ignoring, isKept: false);

    private static QueryException Duplicate(Expression.Binary binary, Labels labels, string side) => new(
        $"found duplicate series for the match group {{{Key(binary, labels)}}} on the {side} hand-side of the operation; many-to-many matching not allowed: matching labels must be unique on one side", isExecution: true);

    private static bool IsComparison(string @operator) => @operator is "==" or "!=" or "<" or "<=" or ">" or ">=";

    private static double Compute(string @operator, double a, double b) => @operator switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "%" => a % b,
        "^" => Math.Pow(a, b),
        "==" => a.Equals(b) ? 1 : 0,
        "!=" => a.Equals(b) ? 0 : 1,
        "<" => a < b ? 1 : 0,
        "<=" => a <= b ? 1 : 0,
        ">" => a > b ? 1 : 0,
        _ => a >= b ? 1 : 0,
    };
}
