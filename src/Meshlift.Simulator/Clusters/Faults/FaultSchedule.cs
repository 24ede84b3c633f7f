namespace Meshlift.Simulator.Clusters.Faults;

/// <summary>What goes wrong with a request.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The API refuses. A message of its own is written where none is given.</summary>
    /// <param name="Code">Such as 409, 410, 422, 429, 500 or 503.</param>
    /// <param name="Message">For people; null for the usual one.</param>
    /// <param name="RetryAfter">What the header Retry-After says; null for no header.</param>
    public sealed record Refuse(int Code, string? Message = null, TimeSpan? RetryAfter = null) : Fault;

    /// <summary>The answer comes late, by the cluster's clock.</summary>
    public sealed record Slow(TimeSpan By) : Fault;

    /// <summary>The answer never comes; the connection stays open until the client goes.</summary>
    public sealed record Silence : Fault;

    /// <summary>The connection breaks after so many bytes of the answer: in the middle of a page, or of an event of a watch.</summary>
    public sealed record Cut(long AfterBytes) : Fault;

    /// <summary>A watch ends with an event of type ERROR and code 410 after so many events.</summary>
    public sealed record Expire(int AfterEvents) : Fault;
}

/// <summary>A fault, and which requests it meets.</summary>
/// <param name="Fault">What goes wrong.</param>
public sealed record ScheduledFault(Fault Fault)
{
    /// <summary>Such as get, list, watch, create, update, patch, delete; null for all.</summary>
    public string? Verb { get; init; }

    /// <summary>The plural of the resource, with <c>/status</c> for a sub-resource; null for all.</summary>
    public string? Resource { get; init; }

    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name of the object; null for all.</summary>
    public string? Name { get; init; }

    /// <summary>How many requests are passed by first.</summary>
    public int Skip { get; init; }

    /// <summary>How many requests are met; null for all.</summary>
    public int? Times { get; init; }

    /// <summary>Not before; null for at once.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Not at this time or later; null for ever.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The share of the requests that is met, from 0 to 1; which ones follows from the seed of the schedule.</summary>
    public double Rate { get; init; } = 1;
}

/// <summary>A request, as faults see it.</summary>
public readonly record struct FaultTarget(string Verb, string Resource, string Namespace, string Name);

/// <summary>The faults of one cluster. The first one that meets a request happens.</summary>
public sealed class FaultSchedule
{
    private readonly Lock _gate = new();
    private readonly List<(ScheduledFault Fault, int Seen, int Met)> _faults = [];
    private Random _random = new(1);

    /// <summary>Adds a fault.</summary>
    public void Add(ScheduledFault fault)
    {
        lock (_gate) _faults.Add((fault, 0, 0));
    }

    /// <summary>Takes all faults away, and starts the choice of those with a rate again from a seed.</summary>
    public void Clear(int seed = 1)
    {
        lock (_gate)
        {
            _faults.Clear();
            _random = new Random(seed);
        }
    }

    /// <summary>What goes wrong with a request; null for nothing.</summary>
    internal Fault? Next(FaultTarget request, DateTimeOffset now)
    {
        lock (_gate)
        {
            for (var i = 0; i < _faults.Count; i++)
            {
                var (fault, seen, met) = _faults[i];
                if (!Meets(fault, request) || now < fault.From || now >= fault.Until || met >= fault.Times) continue;
                _faults[i] = (fault, seen + 1, met);
                if (seen < fault.Skip || (fault.Rate < 1 && _random.NextDouble() >= fault.Rate)) continue;
                _faults[i] = (fault, seen + 1, met + 1);
                return fault.Fault;
            }
        }
        return null;
    }

    private static bool Meets(ScheduledFault fault, FaultTarget request) =>
        (fault.Verb ?? request.Verb) == request.Verb && (fault.Resource ?? request.Resource) == request.Resource
        && (fault.Namespace ?? request.Namespace) == request.Namespace && (fault.Name ?? request.Name) == request.Name;
}
