namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>A query that is not understood, or that cannot be answered.</summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="isExecution">False when the query itself is wrong (<c>bad_data</c>), true when it does not fit what it found (<c>execution</c>).</param>
public sealed class QueryException(string message, bool isExecution = false) : Exception(message)
{
    /// <summary>True when the query does not fit what it found.</summary>
    public bool IsExecution { get; } = isExecution;
}
