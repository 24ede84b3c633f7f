using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Tables;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Answers lists.</summary>
internal sealed class ListAnswer(ApiRequest request)
{
    private const int FlushAfterBytes = 64 * 1024;

    public async Task WriteAsync()
    {
        var query = ListQuery.Parse(request.Path, request.Http.Request.Query);
        var form = Negotiation.Form(request.Accept);
        var slice = Slice(query);
        var (items, rest) = Page(query, slice);
        var metadata = new JsonObject { ["resourceVersion"] = slice.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (rest is { } remaining)
        {
            metadata["continue"] = new ContinueToken(slice.Version, items[^1].Namespace, items[^1].Name).ToString();
            if (!query.HasSelector) metadata["remainingItemCount"] = remaining;
        }
        var response = request.Http.Response;
        response.ContentType = "application/json";
        var body = new AnswerBody(response.BodyWriter);
        if (form == AnswerForm.Table)
        {
            var table = new TableWriter(query.Type, request.Cluster.Settings.Time, request.Query("includeObject"));
            var head = table.Head(metadata, withColumns: true).ToJsonString();
            body.Write(Encoding.UTF8.GetBytes(head[..^2]));
            await WriteItemsAsync(body, items, item => body.Write(JsonWrite.Bytes(table.Row(item))));
        }
        else
        {
            var objects = new ObjectForm(query.Type);
            var (kind, version) = form == AnswerForm.Metadata ? ("PartialObjectMetadataList", "meta.k8s.io/v1") : (query.Type.ListKind, query.Type.ApiVersion);
            body.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":{metadata.ToJsonString()},\"items\":["));
            await WriteItemsAsync(body, items, form == AnswerForm.Metadata ? item => ObjectForm.WriteMetadata(body, item) : item => objects.WriteItem(body, item));
        }
        body.Write("]}\n"u8);
        await body.FlushAsync(request.Gone);
    }

    /// <summary>The objects as they were at the version that the query asks for.</summary>
    private StoreSlice Slice(ListQuery query)
    {
        var store = request.Cluster.Store;
        var key = query.Type.Key;
        if (query.Continue is { } token)
        {
            try
            {
                return token.Version < 0 ? store.Read(key) : store.ReadAt(key, token.Version);
            }
            catch (ApiException e) when (e.Code == 410)
            {
                throw new ApiException(410, "Expired", "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.")
                {
                    Continue = (token with { Version = -1 }).ToString(),
                };
            }
        }
        if (query.ResourceVersion is not > 0) return store.Read(key);
        // A page at a version without a match is exact: that is how pages were asked for before there was a match.
        if (query.Match == "Exact" || (query.Match.Length == 0 && query.Limit is not null)) return store.ReadAt(key, query.ResourceVersion.Value);
        var now = store.Read(key);
        return query.ResourceVersion <= now.Version ? now : throw ClusterStore.TooLarge(query.ResourceVersion.Value);
    }

    private static (List<StoredObject> Items, long? Remaining) Page(ListQuery query, StoreSlice slice)
    {
        var items = new List<StoredObject>();
        foreach (var item in slice.From(query.Namespace, query.Continue is { } token ? (token.Namespace, token.Name) : null))
        {
            if (!query.Matches(item)) continue;
            if (items.Count == query.Limit)
            {
                var last = items[^1];
                return (items, slice.Behind(query.Namespace, last.Namespace, last.Name));
            }
            items.Add(item);
        }
        return (items, null);
    }

    private async Task WriteItemsAsync(AnswerBody body, List<StoredObject> items, Action<StoredObject> write)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) body.Write(","u8);
            write(items[i]);
            if (body.Unflushed >= FlushAfterBytes) await body.FlushAsync(request.Gone);
        }
    }
}
