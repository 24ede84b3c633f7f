using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges.Web;

/// <summary>One request to a forge.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">From the API's address, without a '/' at its beginning.</param>
/// <param name="Doing">What it is for, for messages: <c>open a pull request</c>.</param>
internal sealed record ForgeCall(HttpMethod Method, string Path, string Doing)
{
    /// <summary>What is sent; null for nothing.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>Doing it twice is doing it once.</summary>
    public bool IsRepeatable { get; init; } = Method != HttpMethod.Post;
}

/// <summary>What came back.</summary>
/// <param name="Answer">What is needed to decide.</param>
/// <param name="Content">The content of an answer that says yes; undefined when it had none.</param>
/// <param name="Next">The address of the next page; null for none.</param>
internal sealed record ForgeReply(ForgeAnswer Answer, JsonElement Content, Uri? Next);

/// <summary>A request that may not be done twice was sent, and it is not known what became of it.</summary>
/// <param name="told">What the user is told when nothing more can be learned.</param>
internal sealed class OutcomeUnknownException(Core.UserException told) : Exception(told.Message, told)
{
    /// <summary>What the user is told when nothing more can be learned.</summary>
    public Core.UserException Told { get; } = told;
}
