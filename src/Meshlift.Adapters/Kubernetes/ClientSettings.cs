using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Adapters.Kubernetes;

/// <summary>The bounds within which a client works, and where it gets time and chance from.</summary>
public sealed record ClientSettings
{
    /// <summary>The clock of limits, pauses and expiries.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gives random numbers from 0 up to, not including, 1; called from several threads.</summary>
    public Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    /// <summary>When a request is sent again.</summary>
    public RetryRule Retry { get; init; } = RetryRule.Default;

    /// <summary>How many requests are sent per second, beyond the burst. What kubectl allows itself.</summary>
    public double RequestsPerSecond { get; init; } = 50;

    /// <summary>How many requests may be sent at once.</summary>
    public double Burst { get; init; } = 300;

    /// <summary>How long a server may take to begin its answer.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may be silent in the middle of an answer.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one answer may take in all; not for watches.</summary>
    public TimeSpan TotalLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After which time the server is asked to end a watch, at least; at most twice of it.</summary>
    public TimeSpan WatchLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a credential plugin may run.</summary>
    public TimeSpan PluginLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest object of a list or a watch, in bytes; etcd refuses more than 1.5 MiB, and JSON is larger than what it stores.</summary>
    public int LargestItem { get; init; } = 16 << 20;

    /// <summary>The largest answer that is read as a whole, in bytes; OpenAPI documents are the largest.</summary>
    public int LargestBody { get; init; } = 64 << 20;

    /// <summary>The most objects of one list.</summary>
    public int MostItems { get; init; } = 5_000_000;

    /// <summary>The environment: what plugins get, and where the proxy is found; null: that of this process.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}
