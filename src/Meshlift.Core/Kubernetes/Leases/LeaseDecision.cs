namespace Meshlift.Core.Kubernetes.Leases;

/// <summary>A Lease as it was seen, and since when it has been seen like that by the clock of this program.</summary>
/// <param name="Record">What it says.</param>
/// <param name="Since">When this state was first seen.</param>
public sealed record LeaseSight(LeaseRecord Record, DateTimeOffset Since);

/// <summary>What to do about a Lease. The set is closed.</summary>
public abstract record LeaseStep
{
    private LeaseStep() { }

    /// <summary>Write it: make it, renew it, or take it over.</summary>
    /// <param name="Record">What it is to say.</param>
    public sealed record Hold(LeaseRecord Record) : LeaseStep;

    /// <summary>Another holds it.</summary>
    /// <param name="Holder">Who.</param>
    /// <param name="For">How long it is theirs if they do not renew it.</param>
    public sealed record Wait(string Holder, TimeSpan For) : LeaseStep;
}

/// <summary>Who leads, of several instances that share a Lease.</summary>
/// <remarks>
/// As client-go's leader election: a Lease is over when it has not changed for its own duration, measured by the clock of whoever looks; the times in it are
/// never compared with that clock, so that clocks may differ. Only their speed must be about the same. The API refuses the second of two who write the
/// same resource version.
/// </remarks>
public static class LeaseDecision
{
    /// <summary>What is now known of a Lease.</summary>
    /// <param name="before">What was known; null for nothing.</param>
    /// <param name="record">What it says now.</param>
    /// <param name="now">Now.</param>
    public static LeaseSight See(LeaseSight? before, LeaseRecord record, DateTimeOffset now) => before?.Record == record ? before : new LeaseSight(record, now);

    /// <summary>What to do next.</summary>
    /// <param name="seen">The Lease; null when there is none.</param>
    /// <param name="self">The identity of this instance; not empty.</param>
    /// <param name="duration">How long it is to be held without renewal.</param>
    /// <param name="now">Now.</param>
    public static LeaseStep Next(LeaseSight? seen, string self, TimeSpan duration, DateTimeOffset now)
    {
        if (seen is null) return new LeaseStep.Hold(new LeaseRecord(self, duration, now, now, 0));
        var record = seen.Record;
        if (record.Holder == self) return new LeaseStep.Hold(record with { Duration = duration, Renewed = now });
        var end = seen.Since + record.Duration;
        return record.Holder.Length > 0 && now < end
            ? new LeaseStep.Wait(record.Holder, end - now)
            : new LeaseStep.Hold(new LeaseRecord(self, duration, now, now, record.Transitions + 1));
    }

    /// <summary>What a Lease says once its holder lets go of it; null when it is not the holder's to let go.</summary>
    /// <param name="record">What it says.</param>
    /// <param name="self">The identity of this instance.</param>
    /// <param name="now">Now.</param>
    public static LeaseRecord? Release(LeaseRecord record, string self, DateTimeOffset now) =>
        // A duration of 0 is refused by the API; nobody holding it is what counts.
        record.Holder == self ? record with { Holder = "", Duration = TimeSpan.FromSeconds(1), Renewed = now, Acquired = now } : null;

    /// <summary>True while this instance may act as the leader: its last renewal that the API took is not older than the limit.</summary>
    /// <param name="renewed">When the last renewal that succeeded was sent.</param>
    /// <param name="limit">How long after that it leads; shorter than the duration of the Lease, so that it stops before another begins.</param>
    /// <param name="now">Now.</param>
    public static bool Leads(DateTimeOffset? renewed, TimeSpan limit, DateTimeOffset now) => renewed is { } last && now - last < limit;
}
