using Meshlift.Core.Selecting;

namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>A series at one moment.</summary>
internal readonly record struct Sample(Labels Labels, double Value);

/// <summary>What an expression gives at one moment.</summary>
internal abstract record Answer
{
    public sealed record Scalar(double Value) : Answer;

    public sealed record Vector(List<Sample> Samples) : Answer;

    /// <summary>The number.</summary>
    /// <exception cref="QueryException">It is a vector.</exception>
    public double AsScalar(string where) => this is Scalar scalar ? scalar.Value : throw new QueryException($"expected type scalar in {where}, got instant vector");

    /// <summary>The series.</summary>
    /// <exception cref="QueryException">It is a number.</exception>
    public List<Sample> AsVector(string where) => this is Vector vector ? vector.Samples : throw new QueryException($"expected type instant vector in {where}, got scalar");
}
