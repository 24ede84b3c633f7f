using System.Globalization;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Selectors;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>The query of a list or a watch (ListOptions).</summary>
internal sealed class ListQuery
{
    private ListQuery(ResourceType type, ApiPath path, IQueryCollection query)
    {
        Type = type;
        // A watch or list of one object by its name is one with a selector.
        var name = path.Name.Length > 0 ? $"metadata.name={path.Name}" : "";
        Namespace = type.IsNamespaced && path.Namespace.Length > 0 ? path.Namespace : null;
        Labels = LabelSelector.Parse(query["labelSelector"]);
        Fields = FieldSelector.Parse(string.Join(',', ((string[])[query["fieldSelector"].ToString(), name]).Where(text => text.Length > 0)), type);
        HasSelector = query["labelSelector"].ToString().Length > 0 || !Fields.IsEverything;
        Limit = Number(query, "limit") is > 0 and var limit ? limit : null;
        Continue = query["continue"].ToString() is { Length: > 0 } token ? ContinueToken.Parse(token) : null;
        ResourceVersion = query["resourceVersion"].ToString() is { Length: > 0 } version ? Version(version) : null;
        Match = query["resourceVersionMatch"].ToString();
        IsWatch = query["watch"].ToString() is "true" or "1";
        Bookmarks = query["allowWatchBookmarks"].ToString() is "true" or "1";
        SendInitialEvents = query["sendInitialEvents"].ToString() switch { "true" or "1" => true, "false" or "0" => false, _ => null };
        Timeout = Number(query, "timeoutSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    public ResourceType Type { get; }

    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; }

    public LabelSelector Labels { get; }

    public FieldSelector Fields { get; }

    public bool HasSelector { get; }

    public long? Limit { get; }

    public ContinueToken? Continue { get; }

    public long? ResourceVersion { get; }

    public string Match { get; }

    public bool IsWatch { get; }

    public bool Bookmarks { get; }

    public bool? SendInitialEvents { get; }

    public TimeSpan? Timeout { get; }

    /// <exception cref="ApiException">400 or 422: the options contradict each other.</exception>
    public static ListQuery Parse(ApiPath path, IQueryCollection query)
    {
        var list = new ListQuery(path.Type, path, query);
        list.Check();
        return list;
    }

    public bool Matches(StoredObject item) => (Namespace is null || item.Namespace == Namespace) && Labels.Matches(item) && Fields.Matches(Type, item);

    private void Check()
    {
        if (Continue is not null && ResourceVersion is > 0) throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        if (SendInitialEvents is not null && !IsWatch) throw Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        if (SendInitialEvents is not null && Match.Length == 0) throw Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (Match.Length == 0) return;
        if (SendInitialEvents is null && IsWatch) throw Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        if (SendInitialEvents is null && ResourceVersion is null) throw Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        if (Continue is not null) throw Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        if (Match is not ("Exact" or "NotOlderThan")) throw Wrong(new ApiCause("FieldValueNotSupported", $"Unsupported value: \"{Match}\": supported values: \"Exact\", \"NotOlderThan\", \"\"", "resourceVersionMatch"));
        if (Match == "Exact" && ResourceVersion == 0) throw Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }

    private static ApiException Forbidden(string field, string why) => Wrong(new ApiCause("FieldValueForbidden", "Forbidden: " + why, field));

    private static ApiException Wrong(ApiCause cause) => new(422, "Invalid", $"ListOptions.meta.k8s.io \"\" is invalid: {cause.Field}: {cause.Message}")
    {
        About = new ResourceKey("meta.k8s.io", "ListOptions"), Causes = [cause],
    };

    private static long Version(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        ? version : throw ApiErrors.BadRequest($"Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");

    private static long? Number(IQueryCollection query, string name) => query[name].ToString() switch
    {
        "" => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax"),
    };
}
