using System.Threading.Channels;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Following;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Observing;

namespace Meshlift.Engine.Restarting;

/// <summary>A cluster as its watches tell it while workloads roll. For one thread at a time; the feeds only post.</summary>
/// <param name="client">Speaks to the cluster.</param>
/// <param name="name">What the cluster is called.</param>
/// <param name="respectsBudgets">True when disruption budgets count.</param>
/// <param name="settings">Where pauses get time and chance from.</param>
/// <param name="post">Takes a change, to be called by the thread that looks.</param>
internal sealed class RestartPicture(ClusterClient client, string name, bool respectsBudgets, ClientSettings settings, ChannelWriter<Action> post)
{
    private readonly Dictionary<WorkloadKey, WorkloadItem> _workloads = [];
    private readonly Dictionary<string, BudgetItem> _budgets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private ILookup<WorkloadKey, ProxyStatus>? _pods;

    /// <summary>True when everything has been read once.</summary>
    public bool IsKnown => _pending.Count == 0 && _pods is not null;

    /// <summary>Why the cluster cannot be followed now; null when it can.</summary>
    public string? Problem => _problems.Count == 0 ? null : _problems.First().Value;

    /// <summary>The budgets.</summary>
    public IEnumerable<BudgetItem> Budgets => _budgets.Values;

    /// <summary>A workload; null when it is gone.</summary>
    public WorkloadItem? Find(WorkloadKey workload) => _workloads.GetValueOrDefault(workload);

    /// <summary>The pods of a workload.</summary>
    public List<ProxyStatus> PodsOf(WorkloadKey workload) => [.. _pods![workload]];

    /// <summary>Takes the answer to a write, which the watch may tell only later.</summary>
    public void Put(ApiResource kind, WorkloadItem item)
    {
        var key = RestartSurvey.KeyOf(kind, item);
        if (_workloads.GetValueOrDefault(key) is not { } known || known.Metadata.Generation < item.Metadata.Generation) _workloads[key] = item;
    }

    /// <summary>Follows everything until it is cancelled.</summary>
    /// <param name="limit">After which time without a complete first answer the cluster counts as one that cannot be followed.</param>
    /// <param name="cancel">Ends it.</param>
    public List<Task> Start(TimeSpan limit, CancellationToken cancel) =>
    [
        PodsAsync(limit, cancel),
        .. RestartSurvey.Kinds.Select(kind => Feed(kind, RestartSurvey.Reader(), item => RestartSurvey.KeyOf(kind, item), _workloads, key => key.Name.Kind == kind.Kind, cancel)),
        respectsBudgets ? Feed(ApiResources.PodDisruptionBudgets, BudgetItem.Reader(), budget => $"{budget.Metadata.Namespace}/{budget.Metadata.Name}", _budgets, _ => true, cancel) : Task.CompletedTask,
    ];

    private async Task PodsAsync(TimeSpan limit, CancellationToken cancel)
    {
        await RunAsync(async () =>
        {
            await foreach (var cluster in new ClusterFollower(client, name, limit, settings).FollowAsync(cancel))
                post.TryWrite(() =>
                {
                    if (_pods is null && cluster.Problem is { } problem) throw problem;
                    Set("pods", cluster.Problem?.Message);
                    if (cluster.Status is { } status) _pods = status.Pods.ToLookup(pod => new WorkloadKey(pod.Namespace, pod.Workload));
                });
        }, cancel);
    }

    private Task Feed<TKey, T>(ApiResource kind, ItemReader<T> reader, Func<T, TKey> key, Dictionary<TKey, T> kept, Func<TKey, bool> isOfKind, CancellationToken cancel)
        where TKey : notnull
    {
        _pending.Add(kind.Plural);
        return RunAsync(async () =>
        {
            for (var failures = 1; ; failures++)
            {
                try
                {
                    await foreach (var change in client.FollowAsync(kind, new ListQuery(), reader, cancel))
                    {
                        failures = 0;
                        post.TryWrite(() => Apply(kind.Plural, change, key, kept, isOfKind));
                    }
                }
                catch (UserException e)
                {
                    post.TryWrite(() => Refused(kind.Plural, e));
                }
                await Task.Delay(WatchPause.After(failures, null, settings.Chance()), settings.Time, cancel);
            }
        }, cancel);
    }

    private void Apply<TKey, T>(string what, Change<T> change, Func<T, TKey> key, Dictionary<TKey, T> kept, Func<TKey, bool> isOfKind)
        where TKey : notnull
    {
        Set(what, change is Change<T>.Interrupted interrupted ? interrupted.Reason : null);
        switch (change)
        {
            case Change<T>.Snapshot all:
                foreach (var old in kept.Keys.Where(isOfKind).ToList()) kept.Remove(old);
                foreach (var item in all.Items) kept[key(item)] = item;
                _pending.Remove(what);
                break;
            case Change<T>.Added { Item: var added }:
                kept[key(added)] = added;
                break;
            case Change<T>.Modified { Item: var modified }:
                kept[key(modified)] = modified;
                break;
            case Change<T>.Deleted { Item: var deleted }:
                kept.Remove(key(deleted));
                break;
        }
    }

    private void Refused(string what, UserException problem)
    {
        // Before anything was set going there is nothing to be patient for.
        if (_pending.Contains(what)) throw problem;
        Set(what, problem.Message);
    }

    private void Set(string what, string? problem)
    {
        if (problem is null) _problems.Remove(what);
        else _problems[what] = problem;
    }

    /// <summary>A failure that nobody foresaw ends the whole.</summary>
    private async Task RunAsync(Func<Task> run, CancellationToken cancel)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // It is thrown where the changes are read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            post.TryComplete(e);
        }
    }
}
