"""The program against what a good team would write on RQ, Celery or arq, all against one sandbox."""
