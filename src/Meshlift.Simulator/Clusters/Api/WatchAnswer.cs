using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Tables;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Answers watches: one JSON object a line, until the client goes or its time is over.</summary>
internal sealed class WatchAnswer(ApiRequest request, ApiServerSettings settings, int? expireAfter)
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";
    private readonly ListQuery _query = ListQuery.Parse(request.Path, request.Http.Request.Query);
    private readonly AnswerForm _form = Negotiation.Form(request.Accept);
    private readonly AnswerBody _body = new(request.Http.Response.BodyWriter);
    private readonly ObjectForm _objects = new(request.Path.Type);
    private readonly TableWriter _table = new(request.Path.Type, request.Cluster.Settings.Time, request.Query("includeObject"));
    private int _sent;
    private bool _hasColumns;

    public async Task WriteAsync()
    {
        var store = request.Cluster.Store;
        request.Http.Response.ContentType = "application/json";
        EventLink place;
        try
        {
            place = await StartAsync(store);
        }
        catch (ApiException e) when (e.Code == 410)
        {
            await SendErrorAsync(e);
            return;
        }
        await _body.FlushAsync(request.Gone);
        using var over = new CancellationTokenSource(_query.Timeout ?? settings.WatchTimeout, settings.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(over.Token, request.Gone);
        try
        {
            await FollowAsync(store, place, end.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // A watch whose time is over ends like a file that was read.
        }
    }

    /// <summary>Sends what is there, where that is asked for, and finds the place from which changes are sent.</summary>
    private async Task<EventLink> StartAsync(ClusterStore store)
    {
        var fromNow = _query.ResourceVersion is null or 0 || _query.SendInitialEvents == true;
        if (!fromNow) return store.Place(request.Path.Type.Key, _query.ResourceVersion!.Value);
        var (slice, place) = store.ReadAndPlace(request.Path.Type.Key);
        if (_query.SendInitialEvents == false) return place;
        foreach (var item in slice.From(_query.Namespace, null))
        {
            if (!_query.Matches(item)) continue;
            Write("ADDED", item);
            if (_body.Unflushed > 64 * 1024) await _body.FlushAsync(request.Gone);
        }
        if (_query is { SendInitialEvents: true, Bookmarks: true }) WriteBookmark(slice.Version, isInitialEnd: true);
        return place;
    }

    private async Task FollowAsync(ClusterStore store, EventLink place, CancellationToken end)
    {
        while (true)
        {
            while (place.Next is { } next)
            {
                place = next;
                if (next.Change is { } change) Write(change);
                if (_sent >= expireAfter)
                {
                    await SendErrorAsync(ApiErrors.Expired($"too old resource version: {place.Version} ({store.Version})"));
                    return;
                }
            }
            // Not with the end of the watch: what is interrupted while it is sent breaks the connection.
            if (_body.Unflushed > 0) await _body.FlushAsync(request.Gone);
            end.ThrowIfCancellationRequested();
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(end);
            var interval = Task.Delay(_query.Bookmarks ? settings.BookmarkInterval : Timeout.InfiniteTimeSpan, settings.Time, pause.Token);
            var first = await Task.WhenAny(place.Followed, interval);
            end.ThrowIfCancellationRequested();
            await pause.CancelAsync();
            if (first == interval && store.SeenAt(place) is { } version) WriteBookmark(version, isInitialEnd: false);
        }
    }

    /// <summary>Sends a change as those see it who know only the objects that match.</summary>
    private void Write(StoreEvent change)
    {
        var before = change.Before is { } old && _query.Matches(old);
        var after = change.After is { } now && _query.Matches(now);
        if (after) Write(before ? "MODIFIED" : "ADDED", change.After!);
        // What no longer matches is sent as it matched last, with the version of the change.
        else if (before) Write("DELETED", change.After is null ? change.Object : StoredObject.Create(request.Path.Type, change.Before!.ToJson(), change.Version, new TextPool()));
    }

    private void Write(string type, StoredObject item)
    {
        Begin(type);
        switch (_form)
        {
            case AnswerForm.Table:
                var table = _table.Head(new JsonObject { ["resourceVersion"] = item.Version.ToString(CultureInfo.InvariantCulture) }, !_hasColumns);
                ((JsonArray)table["rows"]!).Add(_table.Row(item));
                _body.Write(JsonWrite.Bytes(table));
                _hasColumns = true;
                break;
            case AnswerForm.Metadata:
                ObjectForm.WriteMetadata(_body, item);
                break;
            default:
                _objects.WriteWhole(_body, item);
                break;
        }
        End();
        _sent++;
    }

    private void WriteBookmark(long version, bool isInitialEnd)
    {
        Begin("BOOKMARK");
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (isInitialEnd) metadata["annotations"] = new JsonObject { [InitialEventsEnd] = "true" };
        var bookmark = _form switch
        {
            AnswerForm.Table => _table.Head(metadata, !_hasColumns),
            AnswerForm.Metadata => new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata },
            _ => new JsonObject { ["kind"] = request.Path.Type.Kind, ["apiVersion"] = request.Path.Type.ApiVersion, ["metadata"] = metadata },
        };
        _body.Write(JsonWrite.Bytes(bookmark));
        End();
    }

    private async Task SendErrorAsync(ApiException error)
    {
        Begin("ERROR");
        _body.Write(JsonWrite.Bytes(error.ToStatus()));
        End();
        await _body.FlushAsync(request.Gone);
    }

    private void Begin(string type)
    {
        _body.Write("{\"type\":\""u8);
        _body.Write(System.Text.Encoding.ASCII.GetBytes(type));
        _body.Write("\",\"object\":"u8);
    }

    private void End() => _body.Write("}\n"u8);
}
