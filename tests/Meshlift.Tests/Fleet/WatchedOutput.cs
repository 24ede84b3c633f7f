using System.Text;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Fleet;

/// <summary>The lines that a command prints while it runs.</summary>
internal sealed class WatchedOutput : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (_gate) return _text.ToString();
        }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_gate)
        {
            _text.Append(value);
            _more.TrySetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Waits for a line.</summary>
    public async Task<string> LineAsync(Func<string, bool> isWanted, Task running)
    {
        while (true)
        {
            Task more;
            string text;
            lock (_gate) (more, text) = (_more.Task, _text.ToString());
            // The last part may be half a line.
            if (text.Split('\n')[..^1].FirstOrDefault(isWanted) is { } line) return line;
            Assert.False(running.IsCompleted, $"it ended:\n{text}");
            try
            {
                await Task.WhenAny(more, running).WaitAsync(MeshliftProcess.Bound);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"the line does not come:\n{Text}");
            }
        }
    }
}
