using System.Runtime.CompilerServices;
using Meshlift.Adapters.Kubernetes.Following;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Adapters.Kubernetes;

/// <summary>Speaks to the API server of one cluster. For any number of requests at once; the assumptions about servers are in docs/kubernetes.md.</summary>
/// <remarks>
/// Errors are <see cref="UserException"/>s that name the cluster, the verb and the resource. Where the API itself refused, the cause is a
/// <see cref="Rejection"/> with its words.
/// </remarks>
public sealed partial class ClusterClient : IDisposable
{
    private const int MostRestarts = 2;
    private const string Metadata = "application/json;as=PartialObjectMetadata{0};g=meta.k8s.io;v=v1,application/json";

    private readonly ClientSettings _settings;
    private readonly RequestSender _sender;

    /// <summary>A client; the first request makes the first connection.</summary>
    /// <param name="access">Which cluster, as whom.</param>
    /// <param name="settings">Its bounds.</param>
    /// <exception cref="UserException">The certificates of the cluster cannot be read, or a plugin cannot be used.</exception>
    public ClusterClient(ClusterAccess access, ClientSettings? settings = null)
    {
        Access = access;
        _settings = settings ?? new ClientSettings();
        _sender = new RequestSender(access, _settings);
    }

    /// <summary>Which cluster, as whom.</summary>
    public ClusterAccess Access { get; }

    /// <summary>Closes the connections; what still runs fails.</summary>
    public void Dispose() => _sender.Dispose();

    /// <summary>One object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="space">Its namespace; null for what is cluster-wide.</param>
    /// <param name="name">Its name.</param>
    /// <param name="reader">What is kept of it; <see cref="JsonNodes.Whole"/> for all.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="UserException">It is not known whether there is one.</exception>
    public async Task<T?> FindAsync<T>(ApiResource resource, string? space, string name, ItemReader<T> reader, CancellationToken cancel)
        where T : class
    {
        var request = new ApiRequest(Name("get", resource, space, name), HttpMethod.Get, resource.Path(space, name));
        try
        {
            return await SendAsync(request, async answer => reader(await answer.Body.RestAsync(_settings.LargestItem), new StringPool()), cancel);
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: 404 })
        {
            return null;
        }
    }

    /// <summary>All objects of a kind, or those that a query chooses.</summary>
    /// <exception cref="UserException">They are not known.</exception>
    /// <inheritdoc cref="PagesAsync"/>
    public async Task<ClusterList<T>> ListAsync<T>(ApiResource resource, ListQuery query, ItemReader<T> reader, CancellationToken cancel)
    {
        var items = new List<T>();
        var version = "";
        var inconsistent = false;
        await foreach (var page in PagesAsync(resource, query, reader, cancel))
        {
            if (page.IsRestart)
            {
                items.Clear();
                inconsistent = false;
            }
            items.AddRange(page.Items);
            // A watch from the state of the first page tells all that later pages show already; one from a later state would leave things out.
            if (!page.IsInconsistent || version.Length == 0) version = page.ResourceVersion;
            inconsistent |= page.IsInconsistent;
        }
        return new ClusterList<T>(items, version, inconsistent);
    }

    /// <summary>All objects of a kind, or those that a query chooses, page by page. A page that broke off is asked for again and comes whole.</summary>
    /// <remarks>
    /// When the server no longer knows the state of the first page, the list begins anew and says so (<see cref="ListPage{T}.IsRestart"/>); when that happens
    /// again, everything is asked for at once. With <see cref="ListQuery.MayBeInconsistent"/> it goes on in the newest state instead.
    /// </remarks>
    /// <param name="resource">The kind.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="reader">What is kept of each.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">They are not known, or not all of them.</exception>
    public async IAsyncEnumerable<ListPage<T>> PagesAsync<T>(ApiResource resource, ListQuery query, ItemReader<T> reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        var strings = new StringPool();
        string? next = null;
        var restarts = 0;
        bool restarted = false, inconsistent = false;
        do
        {
            var asked = restarts < MostRestarts ? query : query with { PageSize = 0 };
            var request = new ApiRequest(Name("list", resource, query.Namespace, ""), HttpMethod.Get, asked.PagePath(resource, next)) { Accept = query.MetadataOnly ? string.Format(null, MetadataForm, "List") : ApiRequest.Json };
            ListPage<T>? page = null;
            try
            {
                page = await SendAsync(request, answer => PageReader.ReadAsync(answer.Body, reader, strings, _settings.MostItems), cancel);
            }
            catch (UserException e) when (e.InnerException is Rejection { Status: { IsExpired: true } status } && next is not null && restarts < MostRestarts)
            {
                if (query.MayBeInconsistent && status.InconsistentContinue is not null)
                {
                    next = status.InconsistentContinue;
                    inconsistent = true;
                    restarts++;
                    continue;
                }
                next = null;
                restarts++;
                (restarted, inconsistent) = (true, false);
                continue;
            }
            next = page.Continue;
            yield return page with { IsRestart = restarted, IsInconsistent = inconsistent };
            restarted = false;
        }
        while (next is not null || restarted);
    }

    /// <summary>All objects of a kind, and then every change of them, for as long as it is listened to.</summary>
    /// <remarks>
    /// It begins with a <see cref="Change{T}.Snapshot"/>. Connections that end, break or are cut inside an event are made again from the last change that
    /// came whole. When the server no longer knows that state, a new snapshot comes. The API promises each state of an object at most once per watch and in
    /// order, but not every state: one between two connections may be left out, its successor never.
    /// </remarks>
    /// <param name="resource">The kind.</param>
    /// <param name="query">Which of them.</param>
    /// <param name="reader">What is kept of each.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UserException">The first list failed, or the API refuses for good, such as by RBAC.</exception>
    public async IAsyncEnumerable<Change<T>> FollowAsync<T>(ApiResource resource, ListQuery query, ItemReader<T> reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var follower = new Follower<T>(this, _sender, _settings, resource, query, reader);
        while (true) yield return await follower.NextAsync(cancel);
    }

    internal ApiRequest WatchRequest(ApiResource resource, ListQuery query, string version, TimeSpan limit) =>
        new(Name("watch", resource, query.Namespace, ""), HttpMethod.Get, query.WatchPath(resource, version, limit))
        {
            Accept = query.MetadataOnly ? string.Format(null, MetadataForm, "") : ApiRequest.Json,
        };

    private static System.Text.CompositeFormat MetadataForm { get; } = System.Text.CompositeFormat.Parse(Metadata);

    private RequestName Name(string verb, ApiResource resource, string? space, string name, string? part = null) =>
        new(Access.Name, verb, part is null ? resource.ToString() : $"{resource.Plural}/{part}{(resource.Group.Length == 0 ? "" : "." + resource.Group)}",
            resource.IsNamespaced ? space ?? "" : "", name);

    private async Task<T> SendAsync<T>(ApiRequest request, Func<Answer, Task<T>> read, CancellationToken cancel)
    {
        try
        {
            return await _sender.SendAsync(request, read, cancel);
        }
        catch (Rejection e)
        {
            throw request.Name.Rejected(e.Status);
        }
    }
}
