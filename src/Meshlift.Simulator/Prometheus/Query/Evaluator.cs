using Meshlift.Core.Selecting;
using Meshlift.Simulator.Prometheus.Series;

namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>Evaluates one query, at as many moments as are asked for.</summary>
/// <remarks>Used while the gate of the series is held.</remarks>
internal sealed class Evaluator(FleetSeries series)
{
    private readonly Dictionary<Expression.Selector, List<TimeSeries>> _chosen = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="QueryException">Types do not fit, or series do not.</exception>
    public Answer At(Expression expression, double time) => expression switch
    {
        Expression.Number number => new Answer.Scalar(number.Value),
        Expression.Selector { Range: null } selector => new Answer.Vector([.. Values(selector, time)]),
        Expression.Selector => throw new QueryException("invalid expression type \"range vector\" here, must be Scalar or instant Vector"),
        Expression.Negation negation => Mapped(At(negation.Of, time), value => -value),
        Expression.Call call => Call(call, time),
        Expression.Aggregation aggregation => new Answer.Vector(Aggregate(aggregation, time)),
        Expression.Binary binary => Operators.Combine(binary, At(binary.Left, time), At(binary.Right, time)),
        _ => throw new QueryException($"{expression.GetType().Name} is not known here"),
    };

    /// <summary>The samples of a range.</summary>
    public IEnumerable<(Labels Labels, IEnumerable<(double Time, double Value)> Samples)> Range(Expression.Selector selector, double time)
    {
        var end = time - selector.Offset.TotalSeconds;
        foreach (var one in Chosen(selector)) yield return (one.Labels, one.Samples(end - selector.Range!.Value.TotalSeconds, end));
    }

    private List<TimeSeries> Chosen(Expression.Selector selector)
    {
        if (!_chosen.TryGetValue(selector, out var chosen)) _chosen[selector] = chosen = series.Select(selector);
        return chosen;
    }

    private IEnumerable<Sample> Values(Expression.Selector selector, double time)
    {
        foreach (var one in Chosen(selector))
            if (one.At(time - selector.Offset.TotalSeconds) is { } value) yield return new Sample(one.Labels, value);
    }

    private Answer Call(Expression.Call call, double time)
    {
        if (QueryFunctions.IsOfRange(call.Function))
        {
            if (call.Arguments[0] is not Expression.Selector { Range: { } range } selector) throw new QueryException($"expected type range vector in call to function \"{call.Function}\"");
            var end = time - selector.Offset.TotalSeconds;
            var results = new List<Sample>();
            foreach (var one in Chosen(selector))
                if (QueryFunctions.OverRange(call.Function, one, end - range.TotalSeconds, end) is { } value) results.Add(new Sample(one.Bare, value));
            return new Answer.Vector(results);
        }
        var where = $"call to function \"{call.Function}\"";
        var arguments = call.Arguments.Select(argument => At(argument, time)).ToList();
        double Number(int index) => arguments[index].AsScalar(where);
        switch (call.Function)
        {
            case "vector":
                return new Answer.Vector([new Sample(Labels.None, Number(0))]);
            case "scalar":
                return new Answer.Scalar(arguments[0].AsVector(where) is [var only] ? only.Value : double.NaN);
            case "absent":
                return new Answer.Vector(arguments[0].AsVector(where).Count > 0 ? [] : [new Sample(Demanded(call.Arguments[0]), 1)]);
            case "histogram_quantile":
                return new Answer.Vector(QueryFunctions.Quantile(Number(0), arguments[1].AsVector(where)));
        }
        arguments[0].AsVector(where);
        var (least, most) = call.Function switch { "clamp" => (Number(1), Number(2)), "clamp_min" => (Number(1), double.PositiveInfinity), "clamp_max" => (double.NegativeInfinity, Number(1)), _ => (0, 0) };
        if (call.Function == "abs") return Mapped(arguments[0], Math.Abs);
        return least > most ? new Answer.Vector([]) : Mapped(arguments[0], value => Math.Max(least, Math.Min(most, value)));
    }

    /// <summary>What a selector says its series would be.</summary>
    private static Labels Demanded(Expression expression) => expression is Expression.Selector selector
        ? Labels.Of(selector.Labels.Where(label => label is { Exactly.Length: > 0 } && label.Name != TimeSeries.NameLabel).Select(label => new KeyValuePair<string, string>(label.Name, label.Exactly!)))
        : Labels.None;

    private List<Sample> Aggregate(Expression.Aggregation aggregation, double time)
    {
        var samples = At(aggregation.Of, time).AsVector("aggregation expression");
        var groups = samples.GroupBy(sample => Operators.Part(sample.Labels, aggregation.Labels, !aggregation.IsWithout), LabelsEquality.Instance);
        if (aggregation.Parameter is { } parameter)
        {
            var most = At(parameter, time).AsScalar("aggregation expression");
            return [.. groups.SelectMany(group => group.OrderByDescending(sample => sample.Value).Take((int)Math.Clamp(double.IsNaN(most) ? 0 : most, 0, int.MaxValue)))];
        }
        return
        [
            .. groups.Select(group => new Sample(group.Key, aggregation.Operator switch
            {
                "sum" => group.Sum(sample => sample.Value),
                "avg" => group.Average(sample => sample.Value),
                "min" => group.Min(sample => sample.Value),
                "max" => group.Max(sample => sample.Value),
                _ => group.Count(),
            })),
        ];
    }

    private static Answer Mapped(Answer answer, Func<double, double> map) => answer is Answer.Vector vector
        ? new Answer.Vector([.. vector.Samples.Select(sample => new Sample(sample.Labels.With(TimeSeries.NameLabel, null), map(sample.Value)))])
        : new Answer.Scalar(map(answer.AsScalar("unary expression")));
}
