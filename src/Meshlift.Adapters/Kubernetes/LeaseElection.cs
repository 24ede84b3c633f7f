using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Leases;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Kubernetes;

/// <summary>The times of a leader's election.</summary>
/// <param name="Duration">How long a Lease is held without renewal; whole seconds.</param>
/// <param name="Limit">How long after its last renewal an instance leads; shorter than the duration.</param>
/// <param name="Interval">How often it renews, and how often others look.</param>
public sealed record LeaseTimes(TimeSpan Duration, TimeSpan Limit, TimeSpan Interval)
{
    /// <summary>What the API's own controllers use: 15 s, 10 s, 2 s.</summary>
    public static LeaseTimes Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));
}

/// <summary>One instance of several that share a Lease, of which one leads. Not for several threads at once.</summary>
/// <param name="client">The cluster with the Lease.</param>
/// <param name="space">Its namespace.</param>
/// <param name="name">Its name.</param>
/// <param name="self">The identity of this instance, which no other has.</param>
/// <param name="times">The times.</param>
/// <param name="time">The clock.</param>
public sealed class LeaseElection(ClusterClient client, string space, string name, string self, LeaseTimes times, TimeProvider time)
{
    private LeaseSight? _seen;
    private DateTimeOffset? _renewed;

    /// <summary>True while this instance may act as the leader.</summary>
    public bool Leads => LeaseDecision.Leads(_renewed, times.Limit, time.GetUtcNow());

    /// <summary>Who holds the Lease, as far as was seen; empty for nobody.</summary>
    public string Holder => _seen?.Record.Holder ?? "";

    /// <summary>Takes or renews the Lease, if that is possible now.</summary>
    /// <returns>True when this instance holds it.</returns>
    /// <exception cref="UserException">It is not known; what holds until then is <see cref="Leads"/>.</exception>
    public async Task<bool> TryAsync(CancellationToken cancel)
    {
        // The time of sending, not of the answer: a slow answer must not make the leadership longer than what the others see.
        var now = time.GetUtcNow();
        var found = await client.FindAsync(ApiResources.Leases, space, name, JsonNodes.Whole, cancel);
        _seen = found is null ? null : LeaseDecision.See(_seen, LeaseRecord.Read(found), now);
        if (LeaseDecision.Next(_seen, self, times.Duration, now) is not LeaseStep.Hold hold)
        {
            _renewed = null;
            return false;
        }
        try
        {
            var written = await WriteAsync(found, hold.Record, cancel);
            _seen = new LeaseSight(LeaseRecord.Read(written), now);
            _renewed = now;
            return true;
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: 409 })
        {
            // Another was quicker; the next look shows who.
            if (Holder != self) _renewed = null;
            return false;
        }
    }

    /// <summary>Lets go of the Lease, so that another need not wait for its end. Does nothing when this instance does not hold it.</summary>
    /// <exception cref="UserException">It is not known whether it is let go; it ends by itself.</exception>
    public async Task ReleaseAsync(CancellationToken cancel)
    {
        _renewed = null;
        var found = await client.FindAsync(ApiResources.Leases, space, name, JsonNodes.Whole, cancel);
        if (found is null || LeaseDecision.Release(LeaseRecord.Read(found), self, time.GetUtcNow()) is not { } record) return;
        try
        {
            _seen = new LeaseSight(LeaseRecord.Read(await WriteAsync(found, record, cancel)), time.GetUtcNow());
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: 409 })
        {
            // Another has it already.
        }
    }

    /// <summary>Waits until this instance leads, does the work, and lets go.</summary>
    /// <param name="lead">The work; its token is cancelled when the leadership is lost, and then it must end at once.</param>
    /// <param name="cancel">Ends the work and the waiting.</param>
    /// <returns>True when the work ended by itself; false when the leadership was lost.</returns>
    public async Task<bool> RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancel)
    {
        while (!await TryQuietlyAsync(cancel)) await Task.Delay(times.Interval, time, cancel);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var work = lead(lost.Token);
        try
        {
            while (!work.IsCompleted)
            {
                await Task.WhenAny(work, Task.Delay(times.Interval, time, lost.Token));
                cancel.ThrowIfCancellationRequested();
                if (work.IsCompleted) break;
                using var inTime = new CancellationTokenSource(times.Limit, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, inTime.Token);
                await Task.WhenAny(work, TryQuietlyAsync(either.Token));
                if (!Leads) break;
            }
            if (work.IsCompleted)
            {
                await work;
                return true;
            }
            return false;
        }
        finally
        {
            await lost.CancelAsync();
            await Task.WhenAny(work);
            await LetGoAsync();
        }
    }

    private async Task<bool> TryQuietlyAsync(CancellationToken cancel)
    {
        try
        {
            return await TryAsync(cancel);
        }
        catch (UserException e) when (e.InnerException is not Rejection { Status.Code: 401 or 403 or 404 or 422 })
        {
            // A server that is away for a moment: the limit tells when that is too long.
            return false;
        }
    }

    private async Task LetGoAsync()
    {
        using var soon = new CancellationTokenSource(times.Limit, time);
        try
        {
            await ReleaseAsync(soon.Token);
        }
        catch (Exception e) when (e is UserException or OperationCanceledException)
        {
            // It ends by itself.
        }
    }

    private async Task<YamlMapping> WriteAsync(YamlMapping? found, LeaseRecord record, CancellationToken cancel)
    {
        var lease = found ?? YamlMapping.Of(
            ("apiVersion", ApiResources.Leases.ApiVersion), ("kind", ApiResources.Leases.Kind), ("metadata", YamlMapping.Of(("name", name), ("namespace", space))));
        var body = record.Write(lease);
        return found is null
            ? await client.CreateAsync(ApiResources.Leases, space, body, WriteOptions.Default, RequestPriority.Lease, cancel)
            : await client.UpdateAsync(ApiResources.Leases, space, body, WriteOptions.Default, RequestPriority.Lease, cancel);
    }
}
