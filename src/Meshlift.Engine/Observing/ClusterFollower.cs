using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Following;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Manifests;

namespace Meshlift.Engine.Observing;

/// <summary>Follows one cluster by watches of everything that its status is made of.</summary>
/// <param name="client">Speaks to the cluster.</param>
/// <param name="name">What it is called in the answers.</param>
/// <param name="limit">After which time without a complete first answer it counts as unknown; it is waited for further.</param>
/// <param name="settings">Where pauses get time and chance from.</param>
public sealed class ClusterFollower(ClusterClient client, string name, TimeSpan limit, ClientSettings settings)
{
    // A newer API server makes the connections break, and even so this is soon enough.
    private static readonly TimeSpan VersionInterval = TimeSpan.FromMinutes(10);

    private const string Version = "version";

    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ClusterPicture _picture = new(name);
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (UserException Problem, DateTimeOffset Since)> _problems = new(StringComparer.Ordinal);
    private readonly HashSet<string> _called = new(StringComparer.Ordinal);
    private DateTimeOffset _heard;

    /// <summary>Follows the cluster until it is cancelled; once.</summary>
    /// <remarks>
    /// The first state comes when everything was read, or could not be; then each that differs from the one before. While anything that was followed cannot be, the
    /// cluster has a problem, and the last state comes with it. It is tried again with growing pauses, without end.
    /// </remarks>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<ObservedCluster> FollowAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var late = settings.Time.CreateTimer(_ => _events.Writer.TryWrite(ToldLate), null, limit, Timeout.InfiniteTimeSpan);
        var feeds = Start(stop.Token);
        ObservedCluster? told = null;
        long? last = null;
        try
        {
            while (await _events.Reader.WaitToReadAsync(cancel))
            {
                await Task.Delay(PublishPause.After(last is { } then ? settings.Time.GetElapsedTime(then) : TimeSpan.MaxValue), settings.Time, cancel);
                while (_events.Reader.TryRead(out var change)) change();
                if (Now(told?.Status, feeds, stop.Token) is not { } now || (told is not null && IsSame(told, now))) continue;
                last = settings.Time.GetTimestamp();
                yield return told = now;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(feeds);
        }
    }

    private List<Task> Start(CancellationToken cancel)
    {
        ItemReader<Resource> Injecting(ApiResource kind) => (json, strings) => ClusterObserver.Of(kind, JsonNodes.Whole(json, strings), client.Access.Name);
        var deployments = WorkloadItem.Reader();
        _pending.Add(Version);
        return
        [
            Feed(ApiResources.Pods, new ListQuery { PageSize = 1000 }, PodItem.Reader(PodReading.Annotations), _picture.Pods, cancel, isNeeded: true),
            Feed(ApiResources.Namespaces, new ListQuery { MetadataOnly = true }, ObjectMetadata.Reader(), _picture.Namespaces, cancel, isNeeded: true),
            Feed(ApiResources.MutatingWebhooks, new ListQuery(), Injecting(ApiResources.MutatingWebhooks), _picture.Webhooks, cancel, isNeeded: true),
            Feed(ApiResources.ConfigMaps, new ListQuery { Labels = ClusterObserver.OfIstio }, Injecting(ApiResources.ConfigMaps), _picture.ConfigMaps, cancel),
            Feed(ApiResources.Services, new ListQuery { Labels = ClusterObserver.OfIstio }, Injecting(ApiResources.Services), _picture.Services, cancel),
            Feed(ApiResources.Deployments, new ListQuery { Labels = ControlPlane.Selector }, (json, strings) => ControlPlane.Of(deployments(json, strings)), _picture.Planes, cancel),
            Feed(ApiResources.Gateways, new ListQuery { MetadataOnly = true }, ObjectMetadata.Reader(), _picture.Gateways, cancel),
            RunAsync(() => VersionsAsync(cancel), cancel),
        ];
    }

    /// <summary>The state to tell; null while something was not answered yet.</summary>
    private ObservedCluster? Now(ClusterStatus? before, List<Task> feeds, CancellationToken cancel)
    {
        if (_problems.Count == 0 && _pending.Count > 0) return null;
        if (_problems.Count == 0)
        {
            try
            {
                var status = _picture.Status();
                // A Service that a webhook calls may have been made by hand and carry no label; whether it is there decides whether pods can be created.
                foreach (var service in _picture.Unlabelled)
                    if (_called.Add(service) && service.Split('/') is [{ Length: > 0 } space, { Length: > 0 } called])
                        feeds.Add(Feed(ApiResources.Services, new ListQuery(space) { Fields = $"metadata.name={called}" }, (json, strings) => ClusterObserver.Of(ApiResources.Services, JsonNodes.Whole(json, strings), client.Access.Name), _picture.Called(service), cancel));
                return _pending.Count > 0 ? null : new ObservedCluster(name, status, null);
            }
            catch (UserException e)
            {
                return Unknown(before, e, settings.Time.GetUtcNow());
            }
        }
        var (problem, since) = _problems.Values.MinBy(one => one.Since);
        return Unknown(before, problem, since);
    }

    private ObservedCluster Unknown(ClusterStatus? before, UserException problem, DateTimeOffset since) =>
        new(name, before, problem) { Since = since, AsOf = before is null ? null : _heard };

    private void ToldLate()
    {
        if (_pending.Count > 0) _problems[""] = (FleetObserver.Late(name, limit), settings.Time.GetUtcNow());
    }

    private Task Feed<T>(ApiResource resource, ListQuery query, ItemReader<T> reader, KeptObjects<T> kept, CancellationToken cancel, bool isNeeded = false)
        where T : class
    {
        var what = query.Describe(resource);
        _pending.Add(what);
        return RunAsync(() => FollowAsync(what, resource, query, reader, kept, isNeeded, cancel), cancel);
    }

    /// <summary>A failure that nobody foresaw ends the whole, and does not leave a state that gets old unseen.</summary>
    private async Task RunAsync(Func<Task> run, CancellationToken cancel)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // It is thrown where the states are read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _events.Writer.TryComplete(e);
        }
    }

    private async Task FollowAsync<T>(string what, ApiResource resource, ListQuery query, ItemReader<T> reader, KeptObjects<T> kept, bool isNeeded, CancellationToken cancel)
        where T : class
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await foreach (var change in client.FollowAsync(resource, query, reader, cancel))
                {
                    failures = 0;
                    _events.Writer.TryWrite(() => Apply(what, change, kept));
                }
            }
            catch (UserException e)
            {
                _events.Writer.TryWrite(() => Refused(what, e, kept, isNeeded));
            }
            await Task.Delay(WatchPause.After(failures, null, settings.Chance()), settings.Time, cancel);
        }
    }

    private void Apply<T>(string what, Change<T> change, KeptObjects<T> kept)
        where T : class
    {
        if (change is Change<T>.Interrupted interrupted)
        {
            _problems[what] = (new UserException(ErrorKind.Environment, interrupted.Reason, "it is tried again; see whether the API server is reachable"), settings.Time.GetUtcNow());
            return;
        }
        if (_problems.Count == 0) _heard = settings.Time.GetUtcNow();
        Answered(what);
        _problems.Remove(what);
        _picture.Unseen(what, null);
        if (change is Change<T>.Snapshot all) kept.Replace(all.Items);
        else if (change is Change<T>.Added { Item: var added }) kept.Put(added);
        else if (change is Change<T>.Modified { Item: var modified }) kept.Put(modified);
        else if (change is Change<T>.Deleted { Item: var deleted }) kept.Remove(deleted);
    }

    private void Refused<T>(string what, UserException problem, KeptObjects<T> kept, bool isNeeded)
        where T : class
    {
        Answered(what);
        if (isNeeded)
        {
            _problems.TryAdd(what, (problem, settings.Time.GetUtcNow()));
            return;
        }
        kept.Replace([]);
        _problems.Remove(what);
        // A kind that the server does not have has no objects.
        _picture.Unseen(what, problem.InnerException is Rejection { Status.Code: 404 } ? null : problem.Message);
    }

    private void Answered(string what)
    {
        if (_pending.Remove(what) && _pending.Count == 0) _problems.Remove("");
    }

    private async Task VersionsAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var version = await client.VersionAsync(cancel);
                _events.Writer.TryWrite(() =>
                {
                    _picture.Kubernetes = version.GitVersion;
                    _picture.Unseen(Version, null);
                    Answered(Version);
                });
            }
            catch (UserException e)
            {
                _events.Writer.TryWrite(() =>
                {
                    _picture.Unseen(Version, e.Message);
                    Answered(Version);
                });
            }
            await Task.Delay(VersionInterval, settings.Time, cancel);
        }
    }

    private static bool IsSame(ObservedCluster a, ObservedCluster b) =>
        a.Problem?.Message == b.Problem?.Message && (ReferenceEquals(a.Status, b.Status) || (a.Status is not null && b.Status is not null && IsSame(a.Status, b.Status)));

    private static bool IsSame(ClusterStatus a, ClusterStatus b) => a.Kubernetes == b.Kubernetes && a.Unseen.SequenceEqual(b.Unseen, StringComparer.Ordinal) && StatusChange.Between(a, b).IsEmpty;
}
